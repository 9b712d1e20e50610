"""Where "to the first page" leads: the first page of the rail that the person may open."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from .access import page
from .rail import home_of


@page(permission=None)
def home(request: Any) -> HttpResponse:
    return redirect(home_of(request.actor))
