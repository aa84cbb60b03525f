# Sources of docs/.
include docs/man/man.mk
# Documents for people; manual pages list themselves in dist_man_MANS.
dist_doc_DATA += \
	docs/agents.md \
	docs/architecture.md \
	docs/holder-protocol.md \
	docs/local-api.md \
	docs/performance.md \
	docs/server.md \
	docs/service.md
