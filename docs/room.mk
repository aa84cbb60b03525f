# Sources of docs/.
include docs/man/man.mk
