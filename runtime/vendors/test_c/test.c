#include "test.h"

int add_numbers(int a, int b) { return a + b; }
int multiply(int a, int b) { return a * b; }
