# libhappywire: bytes and values. No sockets, files, clock, event loop or global state.
noinst_LIBRARIES += libhappywire.a
libhappywire_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
libhappywire_a_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS) $(SODIUM_CFLAGS) $(CRYPTO_CFLAGS)
libhappywire_a_SOURCES = \
	wire/account.c wire/include/wire/account.h \
	wire/account_link.c wire/include/wire/account_link.h \
	wire/aes_gcm.c wire/aes_gcm.h \
	wire/agent_state.c wire/agent_state_table.c wire/include/wire/agent_state.h \
	wire/api_account.c wire/include/wire/api_account.h \
	wire/api_artifact.c wire/include/wire/api_artifact.h \
	wire/api_attachment.c wire/include/wire/api_attachment.h \
	wire/api_auth.c wire/include/wire/api_auth.h \
	wire/api_body.c wire/api_check.c wire/include/wire/api_body.h \
	wire/api_error.c wire/include/wire/api_error.h \
	wire/api_kv.c wire/include/wire/api_kv.h \
	wire/api_machine.c wire/include/wire/api_machine.h \
	wire/api_message.c wire/include/wire/api_message.h \
	wire/api_people.c wire/include/wire/api_people.h \
	wire/api_service.c wire/include/wire/api_service.h \
	wire/api_session.c wire/include/wire/api_session.h \
	wire/app_settings.c wire/include/wire/app_settings.h \
	wire/arena.c wire/include/wire/arena.h \
	wire/backoff.c wire/include/wire/backoff.h \
	wire/backup_key.c wire/include/wire/backup_key.h \
	wire/base64.c wire/include/wire/base64.h \
	wire/base64_vector.c wire/base64_vector.h \
	wire/blob.c wire/include/wire/blob.h \
	wire/box_bundle.c wire/include/wire/box_bundle.h \
	wire/buffer.c wire/include/wire/buffer.h \
	wire/buffer_room.c wire/buffer_room.h \
	wire/call_table.c wire/call_table.h \
	wire/client_event.c wire/include/wire/client_event.h \
	wire/credentials.c wire/include/wire/credentials.h \
	wire/engine_client.c wire/include/wire/engine_client.h \
	wire/engine_end.c wire/include/wire/engine_end.h \
	wire/engine_request.c wire/include/wire/engine_request.h \
	wire/engine_server.c wire/engine_server_state.h wire/include/wire/engine_server.h \
	wire/engine_server_input.c \
	wire/engineio.c wire/include/wire/engineio.h \
	wire/envelope.c wire/include/wire/envelope.h \
	wire/ephemeral.c wire/include/wire/ephemeral.h \
	wire/error.c wire/include/wire/error.h \
	wire/frame.c wire/holder_message.c wire/include/wire/frame.h \
	wire/hex.c wire/include/wire/hex.h \
	wire/hmac.c wire/include/wire/hmac.h \
	wire/identifier.c wire/include/wire/identifier.h \
	wire/json.c wire/include/wire/json.h \
	wire/json_number.c wire/include/wire/json_number.h \
	wire/json_plain.c wire/json_plain.h \
	wire/json_rpc.c wire/include/wire/json_rpc.h \
	wire/json_scan.c wire/include/wire/json_scan.h \
	wire/json_text.c wire/include/wire/json_text.h \
	wire/key_link.c wire/key_link.h \
	wire/key_pair.c wire/include/wire/key_pair.h \
	wire/key_tree.c wire/include/wire/key_tree.h \
	wire/legacy_output.c wire/include/wire/legacy_output.h \
	wire/login.c wire/include/wire/login.h \
	wire/machine.c wire/include/wire/machine.h \
	wire/message.c wire/message_table.c wire/include/wire/message.h \
	wire/packet_store.c wire/packet_store.h \
	wire/pairing.c wire/include/wire/pairing.h \
	wire/random.c wire/include/wire/random.h \
	wire/record.c wire/include/wire/record.h \
	wire/request_body.c wire/request_body.h \
	wire/rpc_file.c wire/rpc_machine.c wire/rpc_payload.c wire/rpc_session.c \
	wire/include/wire/rpc_payload.h \
	wire/schema_read.c wire/schema_write.c wire/include/wire/schema.h \
	wire/schema_scalar.c wire/schema_scalar.h \
	wire/schema_sound.c \
	wire/schema_table.c wire/schema_table.h \
	wire/secret.c wire/include/wire/secret.h \
	wire/secretbox.c wire/secretbox.h \
	wire/server_secret.c wire/include/wire/server_secret.h \
	wire/session_metadata.c wire/include/wire/session_metadata.h \
	wire/socket_client.c wire/include/wire/socket_client.h \
	wire/socket_server.c wire/include/wire/socket_server.h \
	wire/socketio.c wire/include/wire/socketio.h \
	wire/todo.c wire/include/wire/todo.h \
	wire/token.c wire/include/wire/token.h \
	wire/update.c wire/include/wire/update.h \
	wire/utf8.c wire/include/wire/utf8.h \
	wire/wrapped_key.c wire/include/wire/wrapped_key.h \
	wire/resource_limits.c wire/include/wire/resource_limits.h \
	wire/settings.c wire/include/wire/settings.h \
	wire/json_walk.h wire/include/wire/slice.h
