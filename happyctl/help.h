/* What happyctl tells about itself: the overview, and each command's own help. */
#ifndef HAPPYCTL_HELP_H
#define HAPPYCTL_HELP_H

#include <stdio.h>

#include "command.h"

/* Fits 24 lines of 80 columns. */
void help_overview(FILE *file);

void help_command(const struct command *command, FILE *file);

#endif
