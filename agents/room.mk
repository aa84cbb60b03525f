# libhappyagents: one dialect a file behind one interface. Knows nothing of servers or terminals.
noinst_LIBRARIES += libhappyagents.a
libhappyagents_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(AGENTS_CPPFLAGS)
libhappyagents_a_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS)
libhappyagents_a_SOURCES = \
	agents/agent.c agents/include/agents/agent.h agents/dialects.h agents/launch.c \
	agents/arguments.c agents/arguments.h \
	agents/claude.c \
	agents/claude_note.c agents/claude_note.h \
	agents/claude_settings.c agents/claude_settings.h \
	agents/claude_transcript.c agents/claude_transcript.h \
	agents/codex.c \
	agents/codex_rollout.c agents/codex_rollout.h \
	agents/command.c \
	agents/environment.c agents/environment.h \
	agents/gemini.c \
	agents/gemini_chats.c agents/gemini_chats.h \
	agents/native_id.c agents/native_id.h \
	agents/package.c agents/package.h \
	agents/program.c \
	agents/record_file.c agents/record_file.h \
	agents/shell.c \
	agents/string_list.c agents/string_list.h

# Run by agents at every event: libc and the frames, nothing else.
pkglibexec_PROGRAMS += happy-hook
happy_hook_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS)
happy_hook_SOURCES = agents/hook/hook.c agents/hook/payload.c agents/hook/payload.h
happy_hook_LDADD = libhappywire.a
EXTRA_DIST += docs/agents.md
