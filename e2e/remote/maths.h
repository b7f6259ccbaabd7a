#pragma once
#include <stdint.h>
int64_t maths_twice(int64_t n);
int32_t maths_count(void);
