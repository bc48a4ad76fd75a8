/**
 * What the user asked for: the one definition of each setting, and their values once read and found right.
 *
 * <p>May touch {@code ports}, {@code ports.bind}, {@code ports.run}, {@code reports}, {@code simulations.load}.
 */
@NullMarked
package io.ephemera.simulations.settings;

import org.jspecify.annotations.NullMarked;
