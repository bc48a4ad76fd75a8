/**
 * Clients as applications write them: each burns a port for every call in its {@code leaking} version, and makes all calls over
 * one connection in its {@code mended} one.
 *
 * <p>May touch no other package of the tree.
 */
@NullMarked
package io.ephemera.examples;

import org.jspecify.annotations.NullMarked;
