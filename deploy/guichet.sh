#!/bin/sh
# /usr/bin/guichet of the package: the program, with the service's data directory unless another is named.
: "${GUICHET_DATA:=/var/lib/guichet}"
export GUICHET_DATA
exec /usr/lib/guichet/guichet "$@"
