// Stands in for a plugin's cmdAdd, cmdDel, cmdCheck and cmdStatus while the reference project's tests are compiled: each runs
// MultiNet as that plugin, the way a runtime would, and gives back what it answered. The plugin's own functions stay in the
// test program under other names, because the tests call some of their parts directly.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/onsi/ginkgo/v2"
)

func cmdAdd(args *skel.CmdArgs) error    { return callMultiNet("ADD", args) }
func cmdDel(args *skel.CmdArgs) error    { return callMultiNet("DEL", args) }
func cmdCheck(args *skel.CmdArgs) error  { return callMultiNet("CHECK", args) }
func cmdStatus(args *skel.CmdArgs) error { return callMultiNet("STATUS", args) }

func callMultiNet(command string, args *skel.CmdArgs) error {
	// The summary counts the tests that have this entry: the others look at parts of the reference only.
	ginkgo.AddReportEntry("MultiNet", ginkgo.ReportEntryVisibilityNever, command)
	environment := []string{}
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "CNI_") || strings.HasPrefix(entry, "CNI_NETNS_OVERRIDE=") {
			environment = append(environment, entry)
		}
	}
	path := args.Path
	if path == "" {
		path = os.Getenv("PATH")
	}
	environment = append(environment, "CNI_COMMAND="+command, "CNI_PATH="+path)
	if command != "STATUS" {
		arguments := args.Args
		if arguments != "" {
			// Every runtime says so. Without it the IPAM plugin refuses what is meant for the plugin under test; as the tests call the
			// reference, within one process and without CNI_ARGS in its environment, the IPAM plugin sees no arguments at all.
			arguments = "IgnoreUnknown=1;" + arguments
		}
		environment = append(environment, "CNI_CONTAINERID="+args.ContainerID, "CNI_NETNS="+args.Netns,
			"CNI_IFNAME="+args.IfName, "CNI_ARGS="+arguments)
	}

	// The test has locked this goroutine to a thread that is in the namespace of its "host": the child starts there.
	var answer, complaints bytes.Buffer
	plugin, _, _ := strings.Cut(filepath.Base(os.Args[0]), ".") // the test program is called PLUGIN.test
	child := exec.Cmd{
		Path: "/run/multinet-suites/bin/" + plugin, Args: []string{plugin}, Env: environment,
		Stdin: bytes.NewReader(args.StdinData), Stdout: &answer, Stderr: &complaints,
	}
	failure := child.Run()
	if complaints.Len() > 0 {
		fmt.Fprintf(os.Stderr, "%s %s: %s\n", plugin, command, complaints.String())
	}
	if failure == nil {
		_, err := os.Stdout.Write(answer.Bytes())
		return err
	}
	var reported types.Error
	if err := json.Unmarshal(answer.Bytes(), &reported); err != nil || reported.Msg == "" {
		return fmt.Errorf("%s %s: %w, with the answer %q", plugin, command, failure, answer.String())
	}
	// The tests compare whole messages with what the reference's functions return; details is what MultiNet adds to them.
	fmt.Fprintf(os.Stderr, "%s %s: error %d: %s; %s\n", plugin, command, reported.Code, reported.Msg, reported.Details)
	reported.Details = ""
	return &reported
}
