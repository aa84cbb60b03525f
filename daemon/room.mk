# Sources of daemon/.
