#pragma once
int counter_next(int step);
