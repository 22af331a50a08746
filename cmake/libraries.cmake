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
guichet_library(microhttpd libmicrohttpd)
guichet_library(gnutls gnutls)
guichet_library(inih inih)
guichet_library(cairo cairo)
guichet_library(pango pangocairo)
guichet_library(qpdf libqpdf)
guichet_library(qrencode libqrencode)

# Those that are loaded when they are needed (src/base/library.h): their headers only.
function(guichet_library_on_demand name)
    pkg_check_modules(${name} REQUIRED QUIET ${ARGN})
    add_library(guichet_${name}_headers INTERFACE)
    target_include_directories(guichet_${name}_headers SYSTEM INTERFACE ${${name}_INCLUDE_DIRS})
    add_library(guichet::${name} ALIAS guichet_${name}_headers)
endfunction()

guichet_library_on_demand(libxml2 libxml-2.0)
guichet_library_on_demand(curl libcurl)
guichet_library_on_demand(pq libpq)
