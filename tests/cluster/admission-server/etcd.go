package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/storage/storagebackend"
)

// startEtcd runs an etcd of one member in this process, on unix sockets in its folder, and waits until it answers.
func startEtcd(folder string) (string, func(), error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", nil, err
	}
	config := embed.NewConfig()
	config.Dir = filepath.Join(folder, "data")
	config.UnsafeNoFsync = true // nothing here outlives the process
	config.LogLevel = "error"
	client := url.URL{Scheme: "unix", Path: filepath.Join(folder, "client.sock")}
	peer := url.URL{Scheme: "unix", Path: filepath.Join(folder, "peer.sock")}
	// What is advertised must look like a port of a host, and is used by other members only: there are none.
	config.ListenClientUrls, config.ListenPeerUrls = []url.URL{client}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return "", nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return client.String(), etcd.Close, nil
	case <-time.After(time.Minute):
		etcd.Close()
		return "", nil, fmt.Errorf("etcd was not ready within a minute")
	}
}

func storage(endpoint, prefix string, codec runtime.Codec) *storagebackend.Config {
	config := storagebackend.NewDefaultConfig(prefix, codec)
	config.Transport.ServerList = []string{endpoint}
	return config
}
