int clamp(int x, int limit);
int unused(int x);

int clamp(int x, int limit) {
    if (x > limit) {
        return limit;
    }
    return x;
}

int unused(int x) {
    return x + 1;
}
