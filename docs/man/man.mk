# Man pages (mdoc(7)).
dist_man_MANS += \
	docs/man/happy-claude.1 \
	docs/man/happy-holder.8 \
	docs/man/happy-hook.8 \
	docs/man/happyctl.1 \
	docs/man/happyd.8
