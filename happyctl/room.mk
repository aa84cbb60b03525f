# happyctl: the command line, one file per command. No event loop: a command asks and waits.
# Built inside its room, whose directory has its name.
bin_PROGRAMS += happyctl/happyctl
happyctl_happyctl_CPPFLAGS = $(AM_CPPFLAGS) $(WIRE_CPPFLAGS) $(OS_CPPFLAGS) $(AGENTS_CPPFLAGS) \
	-DPKGDATADIR=\"$(pkgdatadir)\"
happyctl_happyctl_CFLAGS = $(AM_CFLAGS) $(JSON_C_CFLAGS)
happyctl_happyctl_SOURCES = \
	happyctl/main.c \
	happyctl/arguments.c happyctl/arguments.h \
	happyctl/attach_client.c happyctl/attach_client.h \
	happyctl/attach_reason.c happyctl/attach_reason.h \
	happyctl/attach_session.c happyctl/attach_session.h \
	happyctl/client_environment.c happyctl/client_environment.h \
	happyctl/deadline.c happyctl/deadline.h \
	happyctl/closest_word.c happyctl/closest_word.h \
	happyctl/command.h happyctl/commands.c happyctl/commands.h \
	happyctl/command_api.c \
	happyctl/command_attach.c \
	happyctl/command_complete.c \
	happyctl/command_daemon.c \
	happyctl/command_detach.c \
	happyctl/command_doctor.c \
	happyctl/command_forget.c \
	happyctl/command_help.c \
	happyctl/command_list.c \
	happyctl/command_log.c \
	happyctl/command_resume.c \
	happyctl/command_screen.c \
	happyctl/command_send.c \
	happyctl/command_start.c \
	happyctl/command_status.c \
	happyctl/command_stop.c \
	happyctl/command_version.c \
	happyctl/command_wait.c \
	happyctl/daemon_client.c happyctl/daemon_client.h \
	happyctl/daemon_start.c happyctl/daemon_start.h \
	happyctl/detach_key.c happyctl/detach_key.h \
	happyctl/doctor.c happyctl/doctor_checks.c happyctl/doctor.h \
	happyctl/drawn_area.c happyctl/drawn_area.h \
	happyctl/help.c happyctl/help.h \
	happyctl/history_pager.c happyctl/history_pager.h \
	happyctl/invocation.c \
	happyctl/log_printer.c happyctl/log_printer.h \
	happyctl/quantity.c happyctl/quantity.h \
	happyctl/report.c happyctl/report.h \
	happyctl/service.c happyctl/service_manager.h \
	happyctl/service_file.c happyctl/service_file.h \
	happyctl/service_launchd.c \
	happyctl/service_systemd.c \
	happyctl/session.c happyctl/session.h \
	happyctl/signal_pipe.c happyctl/signal_pipe.h \
	happyctl/spawn.c happyctl/spawn.h \
	happyctl/start_session.c happyctl/start_session.h \
	happyctl/terminal.c happyctl/terminal.h \
	happyctl/terminal_modes.c happyctl/terminal_modes.h \
	happyctl/text_table.c happyctl/text_table.h \
	happyctl/utf8.c happyctl/utf8.h \
	happyctl/wrapper.c happyctl/wrapper.h
happyctl_happyctl_LDADD = libhappyagents.a libhappyos.a libhappywire.a $(JSON_C_LIBS)

# The name decides: all arguments of these go to the agent.
HAPPYCTL_LINKS = happy-claude happy-codex happy-gemini

install-exec-hook:
	cd $(DESTDIR)$(bindir) && for link in $(HAPPYCTL_LINKS); do \
		rm -f $$link && $(LN_S) happyctl $$link || exit 1; done

uninstall-hook:
	cd $(DESTDIR)$(bindir) && rm -f $(HAPPYCTL_LINKS)
	cd $(DESTDIR)$(man1dir) && rm -f happy-codex.1 happy-gemini.1

# One page tells of all three.
install-data-hook:
	cd $(DESTDIR)$(man1dir) && for page in happy-codex.1 happy-gemini.1; do \
		rm -f $$page && $(LN_S) happy-claude.1 $$page || exit 1; done
