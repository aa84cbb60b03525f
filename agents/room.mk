# Sources of agents/.
