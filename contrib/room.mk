# What stands around the programs: the newcomer's script, service files, completions.
dist_noinst_SCRIPTS += contrib/dependencies
