#include <pthread.h>
#include <stdlib.h>

static long shared;

static void *bump(void *arg) {
  for (int i = 0; i < 1000; i++) shared++;
  return arg;
}

void c_race(void) {
  pthread_t a, b;
  pthread_create(&a, NULL, bump, NULL);
  pthread_create(&b, NULL, bump, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
}

void c_heap(int at) {
  volatile char *p = malloc(13);
  p[at] = 1;
  free((void *)p);
}

int c_shift(int by) {
  volatile int one = 1;
  return one << by;
}
