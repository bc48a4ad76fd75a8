/**
 * {@code ephemera doctor}: this machine as it is, and how near it is to exhaustion.
 *
 * <p>May touch {@code ports}, {@code reports}, {@code simulations.machine}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.doctor;

import org.jspecify.annotations.NullMarked;
