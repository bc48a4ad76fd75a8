#!/bin/sh
# Lays out what an image has beside its entry point: a Java runtime of the modules that Ephemera uses, the shared libraries that this
# needs, as the machine has them, and the program. For Linux; the image is for the architecture of the machine.
#   root.sh JAVA_HOME EPHEMERA_JAR FOLDER
set -eu
java_home=$1 jar=$2 root=$3
rm -rf "$root"
mkdir -p "$root/opt/ephemera" "$root/etc" "$root/runs"

# By jdeps of the jar; then what is found by name alone: attach, elliptic curves, file systems in jars, DNS.
modules=java.base,java.desktop,java.instrument,java.management,java.naming,java.net.http,java.prefs,java.security.jgss
modules=$modules,java.security.sasl,java.sql,jdk.attach,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.naming.dns
modules=$modules,jdk.net,jdk.unsupported,jdk.zipfs
case $("$java_home/bin/jlink" --version) in
  1*) compress=2 ;;
  *) compress=zip-6 ;;
esac
"$java_home/bin/jlink" --add-modules "$modules" --compress "$compress" --strip-java-debug-attributes --no-header-files \
  --no-man-pages --output "$root/opt/java"
# Nothing in it draws.
for library in awt awt_headless awt_xawt fontmanager freetype javajpeg jsound lcms mlib_image splashscreen; do
  rm -f "$root/opt/java/lib/lib$library.so"
done

for file in "$root/opt/java/bin/java" "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so"; do
  ldd "$file"
done | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u | while read -r library; do
  case $library in
    "$root"/*) ;;
    *)
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
      ;;
  esac
done

printf 'ephemera:x:65532:65532:ephemera:/tmp:/sbin/nologin\n' > "$root/etc/passwd"
printf 'ephemera:x:65532:\n' > "$root/etc/group"
cp "$jar" "$root/opt/ephemera/ephemera.jar"
