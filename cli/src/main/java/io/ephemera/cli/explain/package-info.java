/**
 * {@code ephemera explain}: what a text says of a failure, by a table of symptoms with a source each and by the readers of {@code
 * ephemera doctor}. The knowledge is in the resources beside this package, not in code.
 *
 * <p>May touch {@code ports}, {@code ports.plan}, {@code reports}, {@code simulations.machine}, {@code cli.console}, {@code cli.doctor}.
 */
@NullMarked
package io.ephemera.cli.explain;

import org.jspecify.annotations.NullMarked;
