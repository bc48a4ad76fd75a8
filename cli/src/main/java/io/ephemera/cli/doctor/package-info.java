/** {@code ephemera doctor}: this machine as it is, and how near it is to exhaustion. */
@NullMarked
package io.ephemera.cli.doctor;

import org.jspecify.annotations.NullMarked;
