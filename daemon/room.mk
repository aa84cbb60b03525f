# happyd: sessions, their database, the local API, the link to each holder.
noinst_LIBRARIES += libhappydaemon.a
DAEMON_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(NET_CPPFLAGS) $(AGENTS_CPPFLAGS) \
	-I$(srcdir)/daemon
DAEMON_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(JSON_C_CFLAGS) $(SQLITE_CFLAGS)
DAEMON_LDADD = libhappydaemon.a libhappyagents.a libhappynet.a libhappyos.a libhappywire.a \
	$(LIBEVENT_LIBS) $(JSON_C_LIBS) $(SQLITE_LIBS)
libhappydaemon_a_CPPFLAGS = $(DAEMON_CPPFLAGS)
libhappydaemon_a_CFLAGS = $(DAEMON_CFLAGS)
libhappydaemon_a_SOURCES = \
	daemon/agent_sign.c daemon/agent_sign.h \
	daemon/api_agent.c \
	daemon/api_daemon.c \
	daemon/api_history.c daemon/api_history.h \
	daemon/api_input.c \
	daemon/api_method.c daemon/api_method.h \
	daemon/api_params.c daemon/api_params.h \
	daemon/api_screen.c \
	daemon/api_session.c \
	daemon/api_stop.c \
	daemon/api_subscribe.c daemon/api_subscribe.h \
	daemon/api_terminal.c \
	daemon/api_wait.c \
	daemon/daemon.c daemon/daemon.h \
	daemon/database.c daemon/database.h \
	daemon/database_schema.c daemon/database_schema.h \
	daemon/event_log.c daemon/event_log.h \
	daemon/holder_commands.c \
	daemon/holder_link.c daemon/holder_link.h \
	daemon/holder_requests.c daemon/holder_requests.h \
	daemon/holder_spawn.c daemon/holder_spawn.h \
	daemon/key_names.c daemon/key_names.h \
	daemon/local_api.c daemon/local_api.h \
	daemon/output_follower.c daemon/output_follower.h \
	daemon/pattern.c daemon/pattern.h \
	daemon/pattern_syntax.c daemon/pattern_syntax.h \
	daemon/prompt.c daemon/prompt.h \
	daemon/recovery.c daemon/recovery.h \
	daemon/screen_text.c daemon/screen_text.h \
	daemon/session.c daemon/session.h \
	daemon/session_activity.c daemon/session_activity.h \
	daemon/session_end.c daemon/session_end.h \
	daemon/session_input.c daemon/session_input.h \
	daemon/session_json.c \
	daemon/session_link.c daemon/session_link.h \
	daemon/session_pipes.c daemon/session_pipes.h \
	daemon/session_record.c daemon/session_record.h \
	daemon/session_start.c daemon/session_start.h \
	daemon/session_stop.c daemon/session_stop.h \
	daemon/session_store.c daemon/session_store.h \
	daemon/session_table.c daemon/session_table.h \
	daemon/session_wait.c daemon/session_wait.h \
	daemon/subscription.c daemon/subscription.h \
	daemon/turn.c daemon/turn.h

bin_PROGRAMS += happyd
happyd_CPPFLAGS = $(DAEMON_CPPFLAGS)
happyd_CFLAGS = $(DAEMON_CFLAGS)
happyd_SOURCES = daemon/main.c daemon/daemonize.c daemon/daemonize.h
happyd_LDADD = $(DAEMON_LDADD)
