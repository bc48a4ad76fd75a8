/**
 * What all commands share: how they print, how they end, and how they refuse.
 *
 * <p>May touch {@code ports}, {@code reports}, {@code simulations.settings}.
 */
@NullMarked
package io.ephemera.cli.console;

import org.jspecify.annotations.NullMarked;
