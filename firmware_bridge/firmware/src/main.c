/* The program. */
#include "app.h"
#include "hal.h"

int main(void)
{
    static struct app app;
    hal_start();
    app_start(&app);
    for (;;) {
        app_step(&app);
        hal_idle();
    }
}
