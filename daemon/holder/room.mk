# Sources of daemon/holder/.
