# happy-holder: owns one agent's terminal. Calls wire and os only. Its concepts are a library too, so
# that tests reach them.
noinst_LIBRARIES += libhappyholder.a
libhappyholder_a_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS)
libhappyholder_a_CFLAGS = $(AM_CFLAGS) $(LIBEVENT_CFLAGS) $(VTERM_CFLAGS)
libhappyholder_a_SOURCES = \
	daemon/holder/agent.c daemon/holder/agent.h \
	daemon/holder/character_width.c daemon/holder/character_width.h \
	daemon/holder/client.c daemon/holder/client.h \
	daemon/holder/colour_changes.c daemon/holder/colour_changes.h \
	daemon/holder/control_sequence.c daemon/holder/control_sequence.h \
	daemon/holder/grid.c daemon/holder/grid.h \
	daemon/holder/history.c daemon/holder/history.h \
	daemon/holder/notes.c daemon/holder/notes.h \
	daemon/holder/output_ring.c daemon/holder/output_ring.h \
	daemon/holder/packed_line.c daemon/holder/packed_line.h \
	daemon/holder/pen.c daemon/holder/pen.h \
	daemon/holder/repaint.c daemon/holder/repaint.h \
	daemon/holder/row_text.c daemon/holder/row_text.h \
	daemon/holder/screen.c daemon/holder/screen.h daemon/holder/screen_private.h \
	daemon/holder/screen_sequences.c daemon/holder/screen_text.c \
	daemon/holder/sequence_scanner.c daemon/holder/sequence_scanner.h \
	daemon/holder/session.c daemon/holder/session.h daemon/holder/session_private.h \
	daemon/holder/session_control.c daemon/holder/session_terminals.c \
	daemon/holder/string_table.c daemon/holder/string_table.h \
	daemon/holder/terminal_modes.c daemon/holder/terminal_modes.h \
	daemon/holder/terminal_query.c daemon/holder/terminal_query.h \
	daemon/holder/terminal_titles.c daemon/holder/terminal_titles.h \
	daemon/holder/view.c daemon/holder/view.h

HOLDER_LIBS = libhappyholder.a libhappyos.a libhappywire.a $(LIBEVENT_LIBS) $(VTERM_LIBS)

pkglibexec_PROGRAMS += happy-holder
happy_holder_CPPFLAGS = $(libhappyholder_a_CPPFLAGS)
happy_holder_CFLAGS = $(libhappyholder_a_CFLAGS)
happy_holder_SOURCES = daemon/holder/main.c
happy_holder_LDADD = $(HOLDER_LIBS)
