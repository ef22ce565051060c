// Package console is how people and scripts look into a running duban: the status page on
// loopback (page.go), and the local socket over which other duban processes have their
// commands run by the daemon, which holds the store (socket.go). The page is read-only.
package console
