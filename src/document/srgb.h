#ifndef GUICHET_DOCUMENT_SRGB_H
#define GUICHET_DOCUMENT_SRGB_H

#include "base/str.h"

/* The colours of sRGB (IEC 61966-2-1) as an ICC profile of version 4 (ICC.1:2010), made of their
 * numbers: what the output intent of a PDF/A names, since all is drawn in its red, green and blue.
 * In the arena, always the same bytes. */
struct str srgb_profile(struct arena *arena);

#endif
