int shared_1219(void) { return 1; }
static int own(void) { return 2; }
int first_1219(void) { return own(); }
