/* A program that hangs at once: for the test that such an update is given up. */
#include "hal.h"

int main(void)
{
    hal_start();
    for (;;) {
        /* the watchdog ends it */
    }
}
