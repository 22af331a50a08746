#ifndef GUICHET_TESTS_SUPPORT_FONTS_H
#define GUICHET_TESTS_SUPPORT_FONTS_H

/* For tests that draw: fontconfig keeps 288 bytes of its own until the process ends, however much
 * is drawn, and the leak checker of the address sanitizer would report them. It asks for this by
 * name. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

#endif
