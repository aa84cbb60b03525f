# happy-server: the HTTP API, the realtime events, the store.
noinst_LIBRARIES += libhappyserver.a
SERVER_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS) -I$(srcdir)/server
SERVER_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS) $(SQLITE_CFLAGS) $(SODIUM_CFLAGS)
SERVER_LDADD = libhappyserver.a libhappynet.a libhappyos.a libhappywire.a $(LIBEVENT_LIBS) \
	$(JSON_C_LIBS) $(SQLITE_LIBS) $(SODIUM_LIBS)
libhappyserver_a_CPPFLAGS = $(SERVER_CPPFLAGS)
libhappyserver_a_CFLAGS = $(SERVER_CFLAGS)
libhappyserver_a_SOURCES = \
	server/application.c server/application.h \
	server/bus.c server/bus.h \
	server/client_request.c server/client_request.h \
	server/connection.h \
	server/cors.c server/cors.h \
	server/data_directory.c \
	server/events_account.c \
	server/events_artifact.c \
	server/events_machine.c \
	server/events_session.c \
	server/hub.c server/hub.h \
	server/presence.c server/presence.h \
	server/realtime.c server/realtime.h \
	server/request.c server/request.h \
	server/request_answer.c \
	server/request_body.c server/request_body.h \
	server/route.c server/route.h \
	server/routes_account.c \
	server/routes_artifact.c \
	server/routes_auth.c \
	server/routes_key_value.c \
	server/routes_machine.c \
	server/routes_message.c \
	server/routes_people.c \
	server/routes_service.c \
	server/routes_session.c \
	server/routes_usage.c \
	server/routes_vendor.c \
	server/rpc.c server/rpc.h \
	server/settings.c server/settings.h \
	server/store/access_keys.h \
	server/store/accounts.h \
	server/store/arena.c server/store/arena.h \
	server/store/artifacts.h \
	server/store/attachments.h \
	server/store/auth_requests.h \
	server/store/backend.h \
	server/store/compact_text.c server/store/compact_text.h \
	server/store/feed.h \
	server/store/friendship.c server/store/friendship.h \
	server/store/histogram.c server/store/histogram.h \
	server/store/invites.h \
	server/store/key_values.h \
	server/store/machines.h \
	server/store/messages.h \
	server/store/operations.h \
	server/store/people.h \
	server/store/push_tokens.h \
	server/store/server_values.h \
	server/store/sessions.h \
	server/store/sqlite_access_keys.c \
	server/store/sqlite_accounts.c \
	server/store/sqlite_artifacts.c \
	server/store/sqlite_attachments.c \
	server/store/sqlite_auth_requests.c \
	server/store/sqlite_backup.c \
	server/store/sqlite_connection.c server/store/sqlite_connection.h \
	server/store/sqlite_engine.c server/store/sqlite_engine.h \
	server/store/sqlite_feed.c \
	server/store/sqlite_invites.c \
	server/store/sqlite_key_values.c \
	server/store/sqlite_machines.c \
	server/store/sqlite_message_names.c server/store/sqlite_message_names.h \
	server/store/sqlite_messages.c \
	server/store/sqlite_operations.c \
	server/store/sqlite_people.c \
	server/store/sqlite_push_tokens.c \
	server/store/sqlite_schema.c \
	server/store/sqlite_server_values.c \
	server/store/sqlite_sessions.c \
	server/store/sqlite_sets.h \
	server/store/sqlite_statement.c server/store/sqlite_statement.h \
	server/store/sqlite_transaction.c \
	server/store/sqlite_usage.c \
	server/store/sqlite_vendor_tokens.c \
	server/store/store.c server/store/store.h \
	server/store/transaction.h \
	server/store/usage.h \
	server/store/vendor_tokens.h \
	server/store/worker.c server/store/worker.h \
	server/stored_value.c server/stored_value.h \
	server/token_key.c server/token_key.h \
	server/tokens.c server/tokens.h

bin_PROGRAMS += happy-server
happy_server_CPPFLAGS = $(SERVER_CPPFLAGS)
happy_server_CFLAGS = $(SERVER_CFLAGS)
happy_server_SOURCES = server/main.c
happy_server_LDADD = libhappyserver.a $(NET_LIBS) $(SQLITE_LIBS)
