#ifndef GUICHET_CLI_VERSION_H
#define GUICHET_CLI_VERSION_H

/* The same as the project's version in CMakeLists.txt. */
#define GUICHET_VERSION "0.1.0"

#endif
