# What integration tests share.
dist_noinst_DATA += \
	tests/integration/lib/debian_root.py \
	tests/integration/lib/frames.py \
	tests/integration/lib/terminal.py
