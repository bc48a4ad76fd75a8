/**
 * The command line: {@link io.ephemera.cli.Main} takes one command, and loads what that command needs and no more. Nobody calls
 * this from Java.
 */
@NullMarked
package io.ephemera.cli;

import org.jspecify.annotations.NullMarked;
