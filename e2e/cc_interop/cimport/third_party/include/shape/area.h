#pragma once
static inline int shape_area(int w, int h) { return w * h * SHAPE_UNIT; }
