#ifndef GUICHET_PAGES_PLAIN_H
#define GUICHET_PAGES_PLAIN_H

#include "http/route.h"

/* Pages and files that belong to no payment; one handler per route. */
void plain_start(struct request *request);         /* GET / */
void plain_test_cards(struct request *request);    /* GET /cartes-de-test */
void plain_accessibility(struct request *request); /* GET /accessibilite */
void plain_privacy(struct request *request);       /* GET /confidentialite */
void plain_asset(struct request *request);         /* GET /assets/{file} */
void plain_robots(struct request *request);        /* GET /robots.txt */

#endif
