#ifndef TEST_C_H
#define TEST_C_H
int add_numbers(int a, int b);
int multiply(int a, int b);
#endif
