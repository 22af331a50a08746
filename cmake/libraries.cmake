# The third-party libraries, all from Debian packages. Their headers count as system headers, so our
# warnings do not look into them.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
add_library(guichet::threads ALIAS Threads::Threads)

function(guichet_library name)
    pkg_check_modules(${name} REQUIRED QUIET IMPORTED_TARGET ${ARGN})
    add_library(guichet::${name} ALIAS PkgConfig::${name})
endfunction()

guichet_library(sodium libsodium)
guichet_library(openssl libssl libcrypto)
guichet_library(sqlite sqlite3)
guichet_library(simdjson simdjson)
guichet_library(libxml2 libxml-2.0)
guichet_library(microhttpd libmicrohttpd)
guichet_library(gnutls gnutls)
guichet_library(curl libcurl)
guichet_library(inih inih)
guichet_library(cairo cairo)
guichet_library(pango pangocairo)
