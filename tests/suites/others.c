/* A module of Redis that does nothing, without any header: it only has to be loaded. */

typedef int (*ask_for)(const char *name, void *function);

int RedisModule_OnLoad(void *context, void **arguments, int count) {
	ask_for api = *(ask_for *)context;
	void (*introduce)(void *context, const char *name, int version, int of_the_api);
	(void)arguments;
	(void)count;
	if (api("RedisModule_SetModuleAttribs", &introduce)) return 1;
	introduce(context, "others", 1, 1);
	return 0;
}
