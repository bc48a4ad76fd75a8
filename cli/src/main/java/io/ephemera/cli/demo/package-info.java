/**
 * {@code ephemera demo} and {@code ephemera lesson}: the failure and its remedies as a show. The {@link io.ephemera.cli.demo.Playbill} has its chapters, ordinary
 * runs of {@code ephemera run} with a pace; the {@link io.ephemera.cli.demo.Show} plays them one by one, in
 * {@link io.ephemera.cli.demo.Scene}s that are seen on the terminal and in a browser. What is predicted and measured is read off the
 * runs' {@code result.json}.
 *
 * <p>May touch {@code ports}, {@code ports.map}, {@code ports.run}, {@code reports}, {@code reports.page}, {@code simulations.settings},
 * {@code simulations.load}, {@code simulations.scenario}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.demo;

import org.jspecify.annotations.NullMarked;
