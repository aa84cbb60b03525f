# Sources of happyctl/.
