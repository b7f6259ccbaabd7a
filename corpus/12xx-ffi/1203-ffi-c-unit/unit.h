int scaled(int n);
double average(double a, double b);
