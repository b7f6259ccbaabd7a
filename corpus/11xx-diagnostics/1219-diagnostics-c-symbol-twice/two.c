int shared_1219(void) { return 3; }
static int own(void) { return 4; }
int second_1219(void) { return own(); }
