/** Erases the data of a user in every part of the stored data, and recognises older data that arrives later. */
package io.github.eventgateway.erasure;
