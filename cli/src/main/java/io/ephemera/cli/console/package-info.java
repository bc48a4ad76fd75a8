/** What all commands share: how they print, how they end, and how they refuse. */
@NullMarked
package io.ephemera.cli.console;

import org.jspecify.annotations.NullMarked;
