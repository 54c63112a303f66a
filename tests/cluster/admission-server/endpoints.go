package main

import (
	"net/url"

	"k8s.io/apiserver/pkg/util/proxy"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// endpoints finds a webhook as kube-apiserver --enable-aggregator-routing does: by the slices of its service, there being no kube-proxy.
type endpoints struct {
	services corelisters.ServiceLister
	slices   proxy.EndpointSliceGetter
}

func newEndpoints(factory informers.SharedInformerFactory) *endpoints {
	slices, err := proxy.NewEndpointSliceListerGetter(factory.Discovery().V1().EndpointSlices().Lister())
	if err != nil {
		panic(err)
	}
	return &endpoints{factory.Core().V1().Services().Lister(), slices}
}

func (e *endpoints) ResolveEndpoint(namespace, name string, port int32) (*url.URL, error) {
	return proxy.ResolveEndpoint(e.services, e.slices, namespace, name, port)
}
