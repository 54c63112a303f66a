// Stands in for a plugin whose tests build and start it as a program of its own: the program becomes MultiNet.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func main() {
	plugin := filepath.Base(os.Args[0])
	failure := syscall.Exec("/run/multinet-suites/bin/"+plugin, []string{plugin}, os.Environ())
	fmt.Fprintf(os.Stderr, "cannot become MultiNet's %s: %v\n", plugin, failure)
	os.Exit(1)
}
