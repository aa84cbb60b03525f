# What stands around the programs: the newcomer's script, service files, completions.
dist_noinst_SCRIPTS += contrib/dependencies contrib/quickstart

# Templates: `happyctl daemon install` fills in the placeholders and puts them in place.
systemduserdir = $(pkgdatadir)/systemd/user
dist_systemduser_DATA = \
	contrib/systemd/user/happyd.service \
	contrib/systemd/user/happyd.socket
launchddir = $(pkgdatadir)/launchd
dist_launchd_DATA = contrib/launchd/happyd.plist

# Completions for bash, zsh and fish.
include contrib/completions/completions.mk
